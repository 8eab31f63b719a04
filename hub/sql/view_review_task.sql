-- axle.review_task: what the hub is not sure of and asks a steward.
select review_id, kind, state, priority, customer_ids, opened_at, closed_at, reason from hub.review
