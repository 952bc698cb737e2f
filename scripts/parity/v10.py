"""Bittensor's own axon and dendrite (bittensor 10), both sides; lines of JSON on stdin and stdout.

{"do": "vectors"}                                              what a dendrite puts into headers and body
{"do": "call", "port", "uri", "receiver", "method", "target", "payload"}   one call by a dendrite; what came of it
{"do": "plain", "port", "uri", "receiver"}                     the same by a synapse that declares no hash fields
{"do": "serve", "uri", "port"}                                 an axon that echoes; what it refuses it says itself
"""

import asyncio
import contextlib
import json
import os
import sys
import types
from typing import ClassVar, Optional

out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # its logger writes to stdout

from bittensor.core.axon import Axon  # noqa: E402
from bittensor.core.chain_data import AxonInfo  # noqa: E402
from bittensor.core.dendrite import Dendrite  # noqa: E402
from bittensor.core.synapse import Synapse  # noqa: E402
from bittensor.utils import networking  # noqa: E402
from bittensor_wallet import Keypair  # noqa: E402

networking.get_external_ip = lambda: "198.51.100.7"  # it would ask the internet


class Taoception(Synapse):
    """The class as docs/wire.md has it."""

    method: str
    target: str
    payload: str = ""
    status: Optional[int] = None
    reply: Optional[str] = None
    encoding: Optional[str] = None
    required_hash_fields: ClassVar[tuple[str, ...]] = ("method", "target", "payload")


class Mixed(Synapse):
    """Hash fields of the kinds that have one text everywhere."""

    word: str
    count: int
    required_hash_fields: ClassVar[tuple[str, ...]] = ("word", "count")


Plain = type("Taoception", (Synapse,), {"__annotations__": {"method": str, "target": str, "payload": str}})


def info(question):
    return AxonInfo(
        version=10005000,
        ip="127.0.0.1",
        port=question["port"],
        ip_type=4,
        hotkey=question["receiver"],
        coldkey=question["receiver"],
    )


def dendrite(uri):
    return Dendrite(wallet=Keypair.create_from_uri(uri))


def vectors():
    receiver = Keypair.create_from_uri("//Bob").ss58_address
    for synapse in (
        Taoception(method="POST", target="/challenge", payload='{"text": "ü€😀\\n"}'),
        Taoception(method="GET", target="/tree/" + "ab" * 32),
        Mixed(word="", count=-7),
        Mixed(word="a\nb", count=2**53 - 1),
        Synapse(),
    ):
        axon = info({"port": 8091, "receiver": receiver})
        made = dendrite("//Alice").preprocess_synapse_for_request(axon, synapse, 12.0)
        hashed = [getattr(synapse, name) for name in synapse.required_hash_fields]
        yield {"hashed": hashed, "headers": made.to_headers(), "body": json.dumps(made.model_dump())}


async def called(question, synapse):
    async with dendrite(question["uri"]) as client:
        answer = await client(info(question), synapse, timeout=10, deserialize=False)
    own = {name: getattr(answer, name, None) for name in ("status", "reply", "encoding")}
    return {
        **own,
        "success": answer.is_success,
        "code": answer.dendrite.status_code,
        "message": answer.dendrite.status_message,
        "axon": answer.axon.model_dump(),
    }


def serve(question):
    wallet = types.SimpleNamespace(
        hotkey=Keypair.create_from_uri(question["uri"]), coldkeypub=Keypair.create_from_uri(question["uri"])
    )
    axon = Axon(wallet=wallet, port=question["port"], ip="127.0.0.1", external_ip="127.0.0.1")

    def forward(synapse: Taoception) -> Taoception:
        synapse.status = 202
        synapse.reply = json.dumps({"sender": synapse.dendrite.hotkey, "payload": synapse.payload})
        synapse.encoding = "text"
        if synapse.target == "/garbage":
            synapse.status = 7
        return synapse

    axon.attach(forward)
    axon.start()
    return {"port": question["port"]}


def fields(question):
    return {name: question[name] for name in ("method", "target", "payload")}


KNOWN = {
    "vectors": lambda _: list(vectors()),
    "call": lambda asked: asyncio.run(called(asked, Taoception(**fields(asked)))),
    "plain": lambda asked: asyncio.run(called(asked, Plain(**fields(asked)))),
    "serve": serve,
}
for line in sys.stdin:
    asked = json.loads(line)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            told = KNOWN[asked["do"]](asked)
    except Exception as error:  # whatever it says is an answer
        told = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told, default=str), file=out, flush=True)
os._exit(0)  # its threads would not end
