"""asyncio's echo: server or client."""
import asyncio
import sys

port = int(sys.argv[2])


async def server():
    done = asyncio.Event()

    async def echo(reader, writer):
        while data := await reader.readline():
            writer.write(data.upper())
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        done.set()

    async with await asyncio.start_server(echo, "127.0.0.1", port):
        await done.wait()


async def client():
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for line in (b"one\n", b"two\n", b"three\n"):
        writer.write(line)
        print(await reader.readline())
    writer.close()
    await writer.wait_closed()


asyncio.run(server() if sys.argv[1] == "server" else client())
