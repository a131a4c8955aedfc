"""What Alembic runs to apply migrations, on the connection that `mailcore.db.migrate` opened and locked."""

from alembic import context

from mailcore.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
