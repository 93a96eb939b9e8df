"""An index by which the jobs that are due are found among many that are not."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Replace the index in which the time came after the priority."""
    op.drop_index("ix_jobs_state_priority_run_at", table_name="jobs")
    op.create_index("ix_jobs_state_run_at", "jobs", ["state", "run_at"])
