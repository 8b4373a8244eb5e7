using System;
using Xunit;

namespace Bank.Core
{
    /// <summary>An account.</summary>
    [Serializable]
    public abstract class Account<T> : Base, IPayable where T : struct
    {
        private const int Limit = 3, Other = 4;
        public event EventHandler Changed;
        public T Balance { get; private set; }
        public int Twice => Limit * 2;
        public Account(T balance) : base(balance) { Balance = balance; }
        ~Account() { }
        // Pays.
        public override async Task<int> PayAsync(int amount, params string[] notes)
        {
            int Local(int x) => x;
            Func<int, int> f = x => { var hidden = x; return hidden; };
            return Local(amount);
        }
        public static Account<T> operator +(Account<T> a, Account<T> b) => a;
        protected abstract void Close();
        enum State { Open, Closed = 3 }
        struct Entry { public int Amount; }
    }
    interface IPayable { void Pay(int amount); }
    record Point(int X, int Y);
    delegate void Handler(object sender);

    public class AccountTests
    {
        [Fact] public void Pays() { }
        [Theory]
        [InlineData(1)]
        public void PaysMany(int amount) { }
        [NUnit.Framework.Test] public void Fails() { }
        private void Helper() { }
    }
}
