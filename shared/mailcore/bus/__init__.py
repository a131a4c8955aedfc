"""The message bus: durable queues between the services. `interface` says what it promises."""
