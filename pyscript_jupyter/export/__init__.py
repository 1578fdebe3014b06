"""A notebook as a page: one HTML file, with everything inside, that needs no server and no network.

From what is read to what is written: `read` (a file, or what is wrong with it), `mend` (each cell has an id), `cells`
(which of them run in the browser), `clean` (what may leave: no path, no state, no time), the HTML of each part
(`highlight`, `markdown`, `maths`, `outputs`, `images`), made harmless by `sanitize` and `css` and written by `text`;
`exporter` puts it together by the template in `templates/`, for nbconvert and for `write`, the command.
"""
