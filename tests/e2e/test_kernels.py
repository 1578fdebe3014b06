"""PyScript kernels with no page attached: what Jupyter's own tests of the protocol leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from e2e.kernels import Client, Message, folder_for_temporary_files, kernel, wait_until_nothing_is_left
from e2e.waiting import SLOW, wait_until

FOREVER = {
    "pyscript-mpy": [
        "n = 0\nwhile True:\n    n += 1",
        "import asyncio\nawait asyncio.sleep(60)",
        "import time\ntime.sleep(60)",
    ],
    "pyscript-py": ["while True: pass", "import asyncio\nawait asyncio.sleep(60)", "import time\ntime.sleep(60)"],
}


@pytest.fixture(scope="module", params=["pyscript-mpy", "pyscript-py"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return a client of each kernel."""
    with folder_for_temporary_files(), kernel(request.param) as client:
        yield client


def test_input_is_asked_of_the_client(client: Client) -> None:
    asked: list[Message] = []

    def answer(message: Message) -> str:
        asked.append(message["content"])
        return "Ada"

    ran = client.run(
        "name = input('Who? ')\nimport getpass\nsecret = getpass.getpass()\nname + secret", on_input=answer
    )
    assert ran.result == "'AdaAda'"
    assert asked == [{"prompt": "Who? ", "password": False}, {"prompt": "Password: ", "password": True}]


def test_input_that_nobody_answers_is_refused(client: Client) -> None:
    ran = client.run("input()")
    assert ran.reply["ename"] == "NotImplementedError"
    assert "nobody can be asked" in ran.reply["evalue"]


def test_an_interrupt_stops_a_cell_and_keeps_its_names(client: Client) -> None:
    client.run("kept = 7")
    for code in FOREVER[client.manager.kernel_name]:

        def interrupt(message: Message) -> None:
            if message["msg_type"] == "stream":
                client.manager.interrupt_kernel()

        ran = client.run(f"print('on')\n{code}", on_message=interrupt)
        assert ran.reply["ename"] == "KeyboardInterrupt", code
        assert client.run("kept").result == "7"


def test_a_cell_that_catches_its_interrupt_may_ask_and_has_its_value(client: Client) -> None:
    def interrupt(message: Message) -> None:
        if message["msg_type"] == "stream" and "on" in message["content"]["text"]:
            client.manager.interrupt_kernel()

    code = "import time\ntry:\n    print('on')\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    why = input('why? ')"
    ran = client.run(f"{code}\nwhy", on_message=interrupt, on_input=lambda message: "abc")
    assert ran.result == "'abc'"


def test_a_cell_that_asks_again_and_again_ends_with_its_grace(client: Client) -> None:
    asked: list[Message] = []

    def interrupt(message: Message) -> None:
        asked.append(message)
        if len(asked) == 1:
            client.manager.interrupt_kernel()

    code = "while True:\n    try:\n        input('again ')\n    except KeyboardInterrupt:\n        print('no')"
    ran = client.run(code, on_input=interrupt)
    assert ran.reply["ename"] == "KeyboardInterrupt"
    assert "ending its interpreter" in ran.reply["evalue"]
    assert client.run("print('goes on')").text == "goes on\n"


def test_a_comm_is_spoken_both_ways_with_bytes_and_no_word_besides(client: Client) -> None:
    client.run(
        "import comm\n"
        "def opened(channel, message):\n"
        "    def heard(message):\n"
        "        channel.send({'heard': message['content']['data']}, buffers=[bytes(message['buffers'][0]) + b'!'])\n"
        "    channel.on_msg(heard)\n"
        "comm.get_comm_manager().register_target('echo', opened)"
    )
    session, shell = client.client.session, client.client.shell_channel
    shell.send(session.msg("comm_open", {"comm_id": "c", "target_name": "echo", "data": {}}))
    said = session.msg("comm_msg", {"comm_id": "c", "data": {"n": 1}})
    session.send(shell.socket, said, buffers=[b"bytes"])
    messages: list[Message] = []
    while not messages or messages[-1]["msg_type"] != "comm_msg":
        messages.append(client.client.get_iopub_msg(timeout=SLOW))
    assert messages[-1]["content"] == {"comm_id": "c", "data": {"heard": {"n": 1}}}
    assert [bytes(buffer) for buffer in messages[-1]["buffers"]] == [b"bytes!"]
    assert "stream" not in [each["msg_type"] for each in messages]


def test_an_error_stops_the_cells_that_wait(client: Client) -> None:
    codes = ["queued = 1", "1 / 0", "queued = 2"]
    numbers = [client.client.execute(code, stop_on_error=True) for code in codes]
    replies = [client.client.get_shell_msg(timeout=SLOW) for _ in numbers]
    assert [reply["content"]["status"] for reply in replies] == ["ok", "error", "aborted"]
    for _ in numbers:
        while client.next("status")["content"]["execution_state"] != "idle":
            pass
    assert client.run("queued").result == "1"


def test_a_module_that_is_missing_is_followed_by_how_to_get_it(client: Client) -> None:
    reply = client.run("import numpy").reply
    assert reply["evalue"].lower() == "no module named 'numpy'"
    assert re.match(r"`%(pip install|pyscript restart mpy --packages) numpy` ", reply["traceback"][-1])


def test_what_a_task_prints_is_published_at_once_for_the_cell_that_made_it(client: Client) -> None:
    code = """import asyncio

async def later():
    await go.wait()
    print("beside")
    await asyncio.sleep(0.2)
    print("later")

go = asyncio.Event()
task = asyncio.create_task(later())
"""
    first = client.run(code).messages[0]["parent_header"]["msg_id"]
    last = client.client.execute("go.set()\nawait asyncio.sleep(0.1)\nprint('mine')")
    texts = {first: "", last: ""}
    while "later" not in "".join(texts.values()):
        message = client.next("stream")
        texts[message["parent_header"]["msg_id"]] += message["content"]["text"]
    client.client.get_shell_msg(timeout=SLOW)
    if client.manager.kernel_name == "pyscript-py":
        assert texts == {first: "beside\nlater\n", last: "mine\n"}
    else:  # MicroPython does not know which cell a task is of
        assert texts == {first: "", last: "beside\nmine\nlater\n"}


def test_what_a_magic_does_is_told_where_its_name_is(client: Client) -> None:
    reply = client.client.inspect("1\n%time 2", 5, reply=True, timeout=SLOW)
    assert reply["content"]["data"]["text/plain"].startswith("%time STATEMENT")


def test_user_expressions_are_evaluated_quietly(client: Client) -> None:
    ran = client.run("x = 5", user_expressions={"good": "x + 1", "loud": "print('loud')", "bad": "1 / 0"})
    good, loud, bad = (ran.reply["user_expressions"][name] for name in ("good", "loud", "bad"))
    assert good["data"] == {"text/plain": "6"}
    assert loud["status"] == "ok"
    assert (bad["status"], bad["ename"]) == ("error", "ZeroDivisionError")
    assert ran.text == ""
    late = "import asyncio\nasync def later():\n    await asyncio.sleep(0.1)\n    print('late')\n"
    client.client.execute(late + "task = asyncio.create_task(later())", user_expressions={"quiet": "1"})
    assert client.next("stream")["content"]["text"] == "late\n"


def test_what_is_silent_or_not_to_be_stored_does_not_count(client: Client) -> None:
    before = client.run("1").reply["execution_count"]
    assert client.run("2", silent=True).of("execute_result") == []
    client.run("3", store_history=False)
    ran = client.run("_, In[-1]")
    assert ran.result == "(1, '_, In[-1]')"
    assert ran.reply["execution_count"] == before + 1
    timed = client.run("%%time\nimport asyncio\nawait asyncio.sleep(0.01)\n'over'")
    assert timed.result == "'over'"
    assert timed.text.startswith("Wall time: ")


def test_a_hundred_queued_cells_keep_their_order_and_their_outputs(client: Client) -> None:
    numbers = [client.client.execute(f"print({n})\n{n} * 2") for n in range(100)]
    seen: dict[str, list[str]] = {number: [] for number in numbers}
    while len(seen[numbers[-1]]) < 2:
        message = client.client.get_iopub_msg(timeout=SLOW)
        content, parent = message["content"], message["parent_header"].get("msg_id")
        if message["msg_type"] == "stream":
            seen[parent].append(content["text"])
        elif message["msg_type"] == "execute_result":
            seen[parent].append(content["data"]["text/plain"])
    assert [seen[number] for number in numbers] == [[f"{n}\n", str(n * 2)] for n in range(100)]
    for _ in numbers:
        assert client.client.get_shell_msg(timeout=SLOW)["content"]["status"] == "ok"


def test_exit_has_the_client_leave_and_ends_the_kernel(client: Client) -> None:
    client.run("def quit(): return 'mine'")
    assert client.run("quit()").result == "'mine'"
    client.run("del quit")
    assert client.run("exit(True)").reply["payload"] == [{"source": "ask_exit", "keepkernel": True}]
    failed = client.run("exit(True)\n1 / 0").reply
    assert (failed["ename"], failed["payload"][0]["keepkernel"]) == ("ZeroDivisionError", True)
    assert client.run("1").reply["payload"] == []
    left = client.run("if True:\n    exit()\nprint('goes on')\nexit")
    assert left.reply["payload"] == [{"source": "ask_exit", "keepkernel": False}]
    assert left.text == "goes on\n"
    wait_until(lambda: not client.manager.is_alive(), "the kernel to end", 20)
    wait_until_nothing_is_left()
    client.restart()


def test_a_restart_forgets_everything_but_the_history_and_leaves_nothing(client: Client) -> None:
    client.run("gone = 1", on_input=lambda message: None)  # somebody is there, whose history it belongs to
    client.run("unstored = 1", store_history=False)
    client.run("silent = 1", silent=True)
    client.restart()
    assert client.run("gone").reply["ename"] == "NameError"
    client.client.history(hist_access_type="tail", n=2)
    found = client.client.get_shell_msg(timeout=SLOW)["content"]["history"]
    assert [code for _, _, code in found] == ["gone = 1", "gone"]
    # By itself: whoever has to wait for it kills it, and a restart is slow.
    client.client.shutdown()
    wait_until(lambda: not client.manager.is_alive(), "the kernel to end", SLOW / 3)
    client.manager.shutdown_kernel()
    wait_until_nothing_is_left()
