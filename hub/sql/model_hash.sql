-- Which version the hub works with.
select model_hash from hub.instance
