; scopes of Ruby
