"""Which interpreters there are: names, aliases, files, versions, hashes and licences."""
