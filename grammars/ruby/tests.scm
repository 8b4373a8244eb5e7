; tests of Ruby
