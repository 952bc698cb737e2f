"""bittensor 11 behind FastAPI and uvicorn, as its guide has it: `served.py PORT HOTKEY [plain]` echoes what is signed for it.

`plain` is uvicorn as it comes, without the C and Cython parts of `uvicorn[standard]`.
"""

import json
import sys

import uvicorn
from bittensor import http_auth
from fastapi import FastAPI, HTTPException, Request

port, own, plain = int(sys.argv[1]), sys.argv[2], "plain" in sys.argv[3:]
app = FastAPI()


@app.post("/echo")
async def echo(request: Request):
    body = await request.body()
    try:
        http_auth.verify(
            dict(request.headers), body, method=request.method, path=request.url.path, self_hotkey_ss58=own
        )
    except http_auth.AuthError as error:
        raise HTTPException(401, type(error).__name__) from None
    return {"text": json.loads(body)["text"]}


parts = {"loop": "asyncio", "http": "h11"} if plain else {"loop": "uvloop", "http": "httptools"}
uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False, **parts)
