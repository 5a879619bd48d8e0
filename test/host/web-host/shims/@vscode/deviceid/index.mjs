// Stands in for the package that keeps a telemetry id in the user's home: a test host has neither.
export async function getDeviceId() {
  return "00000000-0000-4000-8000-000000000000";
}
