#include <stdio.h>
#define LIMIT 3
#define SQUARE(x) ((x) * (x))

/* A node. */
struct node { struct node *next; int value; };
union bits { int i; float f; };
enum mode { READ, WRITE };
typedef struct { int x, y; } point;
typedef int (*visitor)(struct node *, void *), *pointer;
static const char *const names[] = { "a" }, *other;
extern int (*hook)(int);

/* Visits
 * all. */
static inline int visit(struct node *head, int (*callback)(struct node *node), ...)
{
    int local = 0, prototype(int x);
    return local;
}
int (*choose(int which))(double value) { return 0; }
unsigned long long *const *table(void) { return 0; }
int declared(int a, char *b);
__attribute__((noreturn)) void stop(void) { for (;;) { } }
void test_visit(void) { }
