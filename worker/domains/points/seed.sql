-- Nothing: an account is opened, with its welcome gift, when its customer first comes.
select 1;
