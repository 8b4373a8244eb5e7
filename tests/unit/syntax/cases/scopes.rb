LIMIT = 3
def total(items, rate = 1, *rest, tax:, **options, &block)
  sum = 0
  items.each { |item, (a, b); tmp| sum += item * rate; fresh = tax }
  items.each do |item|
    fresh = item
    puts fresh, sum, LIMIT
  end
  first, (second, *third) = rest
  begin
    risky(sum: sum)
  rescue Failure => error
    log error
  end
  h = { sum:, rate: rate }
  text = "#{sum} #@iv"
  add = ->(x, y = x) { x + y + sum }
  case h
  in { name:, age: Integer => years } then years + name
  in [head, *tail] then head
  in ^sum then 2
  end
  sum = sum.sum if (m = sum)
  missing
  options[:x] ||= block
  sum
end
sum = 3
class Account
  sum
  def initialize(rate) = @rate = rate
end
