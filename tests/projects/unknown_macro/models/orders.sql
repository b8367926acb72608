select
    {{ cent(250) }} as amount
