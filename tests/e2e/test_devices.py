"""What an environment may use of the reader's machine: the camera, and folders."""

from __future__ import annotations

import pytest

from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk
from e2e.page import press

CAMERA = """
from pyscript import media
stream = await media.Device.request_stream(video=True)
kinds = [track.kind for track in stream.getTracks()]
for track in stream.getTracks():
    track.stop()
kinds
"""

MOUNT = """
from pyscript import fs
await fs.mount("/local")
with open("/local/note.txt", "w") as file:
    file.write("from a cell")
await fs.sync("/local")
await fs.unmount("/local")
await fs.mount("/local", mode="read")
print(open("/local/note.txt").read(), list(fs.mounted), await fs.revoke("/local"), list(fs.mounted))
"""

# The browser's own dialogue is out of a test's reach; this is a folder of the browser's own. And a test is too quick:
# for some seconds after Shift+Enter nothing is asked.
PICKER = """
window.showDirectoryPicker = () => navigator.storage.getDirectory();
Object.defineProperty(navigator, "userActivation", { value: { isActive: false } });
"""
READ = """async () => {
    const folder = await navigator.storage.getDirectory();
    return (await (await folder.getFileHandle("note.txt")).getFile()).text();
}"""


@pytest.mark.parametrize("alias", NAMES)
def test_code_has_the_camera_where_its_page_has_an_origin(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    assert page.run_new(browser_cell(CAMERA, alias)) == "['video']"
    assert "SecurityError" in page.run_new(browser_cell(CAMERA, f"{alias} --env main --main"))


@pytest.mark.parametrize("alias", NAMES)
def test_a_folder_that_the_reader_chooses_is_mounted(lab: Desk, alias: str) -> None:
    lab.context.add_init_script(PICKER)
    page = lab.open([LOAD, browser_cell(MOUNT, alias)])
    page.run(0)
    page.start(1)
    frame = page.page.frame_locator("iframe[data-pyscript-environment]")
    press(frame.get_by_role("group", name="A folder is asked for").get_by_role("button", name="Choose a folder…"))
    page.wait_for_text(1, "from a cell ['/local'] True []")
    (page_of_environment,) = (frame for frame in page.page.frames if "/pyscript/frame/" in frame.url)
    assert page_of_environment.evaluate(READ) == "from a cell"


@pytest.mark.parametrize("alias", NAMES)
def test_where_there_are_no_folders_that_is_said(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    page.run_new(browser_cell("from pyscript import fs", f"{alias} --main"))
    assert "RuntimeError: pyscript.fs has no folders here: the environment's page has an opaque origin" in page.run_new(
        browser_cell("await fs.mount('/local')", alias)
    )
