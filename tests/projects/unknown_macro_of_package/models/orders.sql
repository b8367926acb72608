select {{ tools.stat() }}
