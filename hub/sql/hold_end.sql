-- Everybody may work again.
delete from hub.load
