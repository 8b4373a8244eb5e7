#!/usr/bin/env ruby
# A bank.
module Bank
  LIMIT = 3

  # An account.
  # It has a balance.
  class Account < Base
    attr_reader :balance
    RATES = [1, 2].freeze

    def initialize(balance = 0, *rest, key:, **options, &block)
      @balance = balance
    end

    # Pays.
    def pay!(amount) = @balance -= amount

    def self.open(name)
      helper = ->(x) { LOCAL = x }
      new(name)
    end

    def ==(other); end
    def []=(key, value); end

    class << self
      def create; end
    end

    private def secret; end
  end
end

class AccountTest < Minitest::Test
  def test_pays; end
  def helper; end
end

RSpec.describe Bank::Account do
  let(:account) { described_class.new }
  context "when open" do
    it "pays" do
      expect(1).to eq(1)
    end
    it { is_expected.to be }
  end
  describe '#close' do
    specify('fails') { }
  end
end
