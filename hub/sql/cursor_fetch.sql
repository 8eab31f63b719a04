-- The next page of the cursor that is open.
fetch 1000 from reader
