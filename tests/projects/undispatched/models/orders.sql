select {{ moment() }} as at
