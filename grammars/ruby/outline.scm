; outline of Ruby
