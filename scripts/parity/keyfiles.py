"""Bittensor's own wallet code, for vectors and for comparing; lines of JSON on stdin and stdout.

{"do": "vectors"}                     keyfiles that it makes, with and without a password
{"do": "open", "base64", "password"}  the address, scheme and a signature of what it reads in a keyfile
"""

import base64
import contextlib
import io
import json
import sys

try:
    import bittensor_core as own

    made_by = "bittensor-core"
    schemes = {"sr25519": own.CRYPTO_SR25519, "ed25519": own.CRYPTO_ED25519}
except ImportError:
    from bittensor_wallet import CRYPTO_ED25519, CRYPTO_SR25519, Keypair
    from bittensor_wallet import keyfile as own

    own.Keypair = Keypair
    made_by = "bittensor-wallet"
    schemes = {"sr25519": CRYPTO_SR25519, "ed25519": CRYPTO_ED25519}

PHRASE = "old leopard transfer rib spatial phone calm indicate online fire caution review"
PASSWORD = "testing"
MESSAGE = b"a message"


def quietly(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return call(*arguments)


def told(keypair, content, password=None):
    encoded = base64.b64encode(bytes(content)).decode()
    return {"by": made_by, "address": keypair.ss58_address, "password": password, "base64": encoded}


def vectors():
    for scheme, number in schemes.items():
        keypair = own.Keypair.create_from_mnemonic(PHRASE, crypto_type=number)
        yield {**told(keypair, own.serialized_keypair_to_keyfile_data(keypair)), "scheme": scheme}
    keypair = own.Keypair.create_from_mnemonic(PHRASE)
    plain = bytes(own.serialized_keypair_to_keyfile_data(keypair))
    for name in ("encrypt_keyfile_data", "legacy_encrypt_keyfile_data"):
        if hasattr(own, name):
            yield {**told(keypair, quietly(getattr(own, name), plain, PASSWORD), PASSWORD), "scheme": "sr25519"}
    if made_by == "bittensor-core":
        yield {**told(keypair, oldest(plain), PASSWORD), "scheme": "sr25519"}


def oldest(plain):
    """A Fernet token as the first wallets wrote it; no wallet of today writes one, bittensor-core reads it."""
    import hashlib
    import hmac
    import os

    from Crypto.Cipher import AES
    from Crypto.Util.Padding import pad

    salt = b"Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins"
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 10_000_000, 32)
    start = os.urandom(16)
    sealed = AES.new(key[16:], AES.MODE_CBC, start).encrypt(pad(plain, 16))
    signed = b"\x80" + (1_600_000_000).to_bytes(8, "big") + start + sealed
    token = base64.urlsafe_b64encode(signed + hmac.digest(key[:16], signed, "sha256"))
    assert bytes(quietly(own.decrypt_keyfile_data, token, PASSWORD)) == plain
    return token


def opened(question):
    content = base64.b64decode(question["base64"])
    if question.get("password") is not None:
        content = quietly(own.decrypt_keyfile_data, content, question["password"])
    keypair = own.deserialize_keypair_from_keyfile_data(bytes(content))
    return {"address": keypair.ss58_address, "signature": bytes(keypair.sign(MESSAGE)).hex()}


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = list(vectors()) if question["do"] == "vectors" else opened(question)
    except Exception as error:  # whatever it says of a file is an answer
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
