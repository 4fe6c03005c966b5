"""A charge point by the library `ocpp` for Python, driven by a test.

Arguments: version (1.6 or 2.0.1), URL of the gateway up to `/ocpp`, id, and a time in ms since 1970 at which its session
begins. It charges, prints one JSON line, answers calls until a line comes on its standard input, ends its session, prints
another line and exits with 0. What the library refuses, of what it is sent or sends, ends it with another code.
"""

import asyncio
import json
import sys
from datetime import datetime, timezone

import websockets
from ocpp.routing import on

VERSION, URL, IDENTITY, BEGAN = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

if VERSION == "1.6":
    from ocpp.v16 import ChargePoint, call, call_result
else:
    from ocpp.v201 import ChargePoint, call, call_result


def at(minutes):
    moment = datetime.fromtimestamp(BEGAN / 1000 + minutes * 60, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def say(**line):
    print(json.dumps(line), flush=True)


class Station16(ChargePoint):
    @on("Reset")
    def on_reset(self, type):
        return call_result.Reset("Accepted")

    @on("TriggerMessage")
    def on_trigger(self, requested_message, **_):
        return call_result.TriggerMessage("Accepted")

    @on("GetConfiguration")
    def on_get_configuration(self, key=None):
        known = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
        return call_result.GetConfiguration([known], ["NoSuchKey"])

    @on("ChangeConfiguration")
    def on_change_configuration(self, key, value):
        return call_result.ChangeConfiguration("Accepted")

    @on("RemoteStartTransaction")
    def on_remote_start(self, id_tag, **_):
        return call_result.RemoteStartTransaction("Accepted")

    @on("RemoteStopTransaction")
    def on_remote_stop(self, transaction_id):
        return call_result.RemoteStopTransaction("Rejected")

    @on("UnlockConnector")
    def on_unlock(self, connector_id):
        return call_result.UnlockConnector("Unlocked")

    @on("DataTransfer")
    def on_data(self, vendor_id, **_):
        return call_result.DataTransfer("Accepted", data="pong")

    async def begin(self):
        boot = await self.call(call.BootNotification("PY-22", "Acme", firmware_version="1.2.3"))
        assert boot.status == "Accepted" and boot.interval > 0, boot
        tag = await self.call(call.Authorize("TAG-1"))
        assert tag.id_tag_info["status"] == "Accepted", tag
        await self.call(call.StatusNotification(1, "NoError", "Preparing"))
        started = await self.call(call.StartTransaction(1, "TAG-1", 1000, at(0)))
        assert started.id_tag_info["status"] == "Accepted", started
        self.transaction = started.transaction_id
        await self.meter(15, "1500")
        await self.meter(30, "2250")
        await self.call(call.Heartbeat())
        await self.call(call.DataTransfer("acme", "hello", "world"))
        await self.call(call.FirmwareStatusNotification("Idle"))
        await self.call(call.DiagnosticsStatusNotification("Idle"))
        return str(self.transaction)

    async def meter(self, minutes, register):
        values = [
            {"value": register, "unit": "Wh"},
            {"value": "11.0", "measurand": "Power.Active.Import", "unit": "kW"},
        ]
        await self.call(
            call.MeterValues(1, [{"timestamp": at(minutes), "sampledValue": values}], self.transaction)
        )

    async def end(self):
        await self.call(call.StopTransaction(3000, at(45), self.transaction, "Local", "TAG-1"))


class Station201(ChargePoint):
    @on("Reset")
    def on_reset(self, type, **_):
        return call_result.Reset("Accepted")

    @on("TriggerMessage")
    def on_trigger(self, requested_message, **_):
        return call_result.TriggerMessage("Accepted")

    @on("GetVariables")
    def on_get_variables(self, get_variable_data, **_):
        found = {"attribute_status": "Accepted", "attribute_value": "300"}
        return call_result.GetVariables([{**asked, **found} for asked in get_variable_data])

    @on("SetVariables")
    def on_set_variables(self, set_variable_data, **_):
        return call_result.SetVariables(
            [
                {"attribute_status": "Accepted", "component": asked["component"], "variable": asked["variable"]}
                for asked in set_variable_data
            ]
        )

    @on("RequestStartTransaction")
    def on_request_start(self, id_token, remote_start_id, **_):
        return call_result.RequestStartTransaction("Accepted")

    @on("RequestStopTransaction")
    def on_request_stop(self, transaction_id, **_):
        return call_result.RequestStopTransaction("Rejected")

    @on("UnlockConnector")
    def on_unlock(self, evse_id, connector_id, **_):
        return call_result.UnlockConnector("Unlocked")

    @on("DataTransfer")
    def on_data(self, vendor_id, **_):
        return call_result.DataTransfer("Accepted", data="pong")

    async def begin(self):
        station = {"model": "PY-22", "vendor_name": "Acme", "firmware_version": "1.2.3"}
        boot = await self.call(call.BootNotification(station, "PowerUp"))
        assert boot.status == "Accepted" and boot.interval > 0, boot
        tag = await self.call(call.Authorize({"id_token": "TAG-1", "type": "ISO14443"}))
        assert tag.id_token_info["status"] == "Accepted", tag
        await self.call(call.StatusNotification(at(0), "Occupied", 1, 1))
        await self.event("Started", "Authorized", 0, 0, "1000", "Transaction.Begin", id_token={"id_token": "TAG-1", "type": "ISO14443"})
        await self.event("Updated", "MeterValuePeriodic", 1, 15, "1500", "Sample.Periodic")
        await self.event("Updated", "MeterValuePeriodic", 2, 30, "2250", "Sample.Periodic")
        await self.call(call.MeterValues(1, [{"timestamp": at(31), "sampled_value": [{"value": 231.5, "measurand": "Voltage", "phase": "L1-N", "unit_of_measure": {"unit": "V"}}]}]))
        await self.call(call.Heartbeat())
        await self.call(call.DataTransfer("acme", "hello", "world"))
        await self.call(call.FirmwareStatusNotification("Idle"))
        await self.call(call.LogStatusNotification("Idle"))
        await self.call(call.SecurityEventNotification("StartupOfTheDevice", at(0)))
        await self.call(
            call.NotifyReport(
                1,
                at(0),
                0,
                report_data=[
                    {
                        "component": {"name": "OCPPCommCtrlr"},
                        "variable": {"name": "HeartbeatInterval"},
                        "variable_attribute": [{"value": "300"}],
                    }
                ],
            )
        )
        await self.call(
            call.NotifyEvent(
                at(0),
                0,
                [
                    {
                        "event_id": 1,
                        "timestamp": at(0),
                        "trigger": "Alerting",
                        "actual_value": "true",
                        "event_notification_type": "HardWiredNotification",
                        "component": {"name": "EVSE"},
                        "variable": {"name": "Problem"},
                    }
                ],
            )
        )
        return "tx-py"

    async def event(self, kind, trigger, number, minutes, register, context, **more):
        sampled = [
            {"value": float(register), "context": context, "unit_of_measure": {"unit": "Wh"}},
            {"value": 11.0, "measurand": "Power.Active.Import", "context": context, "unit_of_measure": {"unit": "W", "multiplier": 3}},
        ]
        info = {"transaction_id": "tx-py", "charging_state": "Charging"}
        if kind == "Ended":
            info["stopped_reason"] = "Local"
        await self.call(
            call.TransactionEvent(
                kind,
                at(minutes),
                trigger,
                number,
                info,
                meter_value=[{"timestamp": at(minutes), "sampled_value": sampled}],
                evse={"id": 1, "connector_id": 1},
                **more,
            )
        )

    async def end(self):
        await self.event("Ended", "StopAuthorized", 3, 45, "3000", "Transaction.End", id_token={"id_token": "TAG-1", "type": "ISO14443"})


async def main():
    async with websockets.connect(f"{URL}/{IDENTITY}", subprotocols=[f"ocpp{VERSION}"]) as socket:
        assert socket.subprotocol == f"ocpp{VERSION}", socket.subprotocol
        station = (Station16 if VERSION == "1.6" else Station201)(IDENTITY, socket)
        listening = asyncio.create_task(station.start())
        say(state="charging", transactionId=await station.begin())
        told = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
        await asyncio.wait([told, listening], return_when=asyncio.FIRST_COMPLETED)
        assert told.done(), listening.exception()
        await station.end()
        say(state="ended")
        listening.cancel()


asyncio.run(main())
