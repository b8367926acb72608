select * from main.a
