"""What every operation shares: HTTP, JSON, errors, retries and batches. It knows no operation and no model.

The generated package is made of it, and the client hubspot_events of both. It is no public interface of its own.
"""
