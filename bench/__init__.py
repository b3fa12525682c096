"""`make bench`: what an earn costs, beside pgbench writing the same bytes on the same machine in the same run."""
