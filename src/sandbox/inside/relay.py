"""The inner half of the relay: listens on loopback and pipes every connection to the Unix socket that was mounted.

    relay.py SOCKET PROGRAM [ARGUMENT...]

The relay is a child; this process itself becomes the program, so that its exit status is the program's own. It
decides nothing: what may be reached is decided by the proxy at the other end, outside.
"""

import os
import socket
import sys


def serve(listener, path):
    import asyncio

    async def pipe(reader, writer):
        try:
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
        except OSError:
            writer.transport.abort()

    async def connected(reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))
        writer.close()
        far_writer.close()

    async def forever():
        server = await asyncio.start_server(connected, sock=listener)
        await server.serve_forever()

    asyncio.run(forever())


def detach(kept):
    """Nothing of the program's must stay open here: its pipes end when it does."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.closerange(3, kept)
    os.closerange(kept + 1, 1024)


def main():
    path, program, *_ = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    if os.fork() == 0:
        try:
            detach(listener.fileno())
            serve(listener, path)
        finally:
            os._exit(1)
    listener.close()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        os.environ[name] = os.environ[name.lower()] = address
    os.execvp(program, sys.argv[2:])


main()
