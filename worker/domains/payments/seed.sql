-- Nothing: charges come with orders.
select 1;
