"""OpenTelemetry traces, for operators who switch them on: what a request did, never what it held."""
