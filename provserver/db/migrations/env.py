"""Alembic's way in: the connection comes from schema.upgrade, inside its transaction."""

from alembic import context

from provserver.db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
