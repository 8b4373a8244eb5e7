package bank;

import org.junit.jupiter.api.*;

/** An account. */
@Entity
public sealed abstract class Account<T extends Money> extends Base implements Payable permits Savings {
    private static final int LIMIT = 3, OTHER = 4;
    protected T balance;

    public Account(T balance) { this.balance = balance; }

    /**
     * Pays.
     */
    @Override
    @SuppressWarnings("unchecked")
    public <U> int pay(final int amount, String... notes) throws Failure {
        int local = amount;
        Runnable r = () -> { int hidden = 1; };
        return local;
    }

    abstract void close();
    interface Payable { int MAX = 1; void pay(int amount); default void twice() { } }
    enum State { OPEN, CLOSED { void m() { } }; State next() { return OPEN; } }
    record Entry(int amount, String note) { Entry { } static int count() { return 0; } }
    @interface Marker { int value() default 1; }
}

class AccountTest {
    @Test void pays() { }
    @ParameterizedTest @ValueSource(ints = {1, 2}) void paysMany(int amount) { }
    void helper() { }
    @Nested class Closed { @Test void fails() { } }
}

class OldTest extends TestCase { public void testOld() { } public void other() { } }
