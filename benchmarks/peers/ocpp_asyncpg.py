"""A gateway as one is written with `ocpp`, `websockets` and `asyncpg`, all as they come.

Each MeterValues is inserted, as one row with its payload as it is, and then answered. `ocpp` validates by its schemas.
Prints one JSON line with its port; then answers each line on its standard input with the process's usage, and ends with it.
"""

import asyncio
import gc
import json
import os
import resource
import sys
from datetime import datetime, timezone

import asyncpg
import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result

INSERT = "insert into meter_values (charge_point_id, payload) values ($1, $2)"


def say(**line):
    print(json.dumps(line), flush=True)


def usage():
    gc.collect()
    own = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    return {"cpuSeconds": own.ru_utime + own.ru_stime, "residentBytes": pages * resource.getpagesize()}


async def main():
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10)

    class Gateway(ChargePoint):
        @on("BootNotification")
        async def on_boot(self, **_):
            return call_result.BootNotification(datetime.now(timezone.utc).isoformat(), 300, "Accepted")

        @on("MeterValues")
        async def on_meter_values(self, connector_id, meter_value, **rest):
            payload = {"connectorId": connector_id, "meterValue": meter_value, **rest}
            await pool.execute(INSERT, self.id, json.dumps(payload))
            return call_result.MeterValues()

    async def connected(socket):
        try:
            await Gateway(socket.request.path.rsplit("/", 1)[-1], socket).start()
        except websockets.ConnectionClosed:
            pass

    async with websockets.serve(connected, "127.0.0.1", 0, subprotocols=["ocpp1.6"], compression=None, backlog=4096) as server:
        say(port=server.sockets[0].getsockname()[1])
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while await lines.readline():
            say(**usage())


asyncio.run(main())
