-- Give connectors roles with what rights they need; what an administrator must run first, or ''.
select hub.admit_connectors()
