#include <stdio.h>
#define SQUARE(x) ((x) * (x))
#define BUMP count += step

static int total;
struct node { struct node *next; int value; };
typedef int (*visitor)(struct node *node, void *data);
enum mode { MODE_READ = 1, MODE_WRITE = MODE_READ << 1 };

static int walk(struct node *head, visitor visit, void *data)
{
    int count = 0, step = sizeof count;
    for (struct node *node = head; node; node = node->next) {
        int value = node->value, *const slot = &value;
        if (visit(node, data) == MODE_WRITE)
            goto done;
        BUMP;
        total += SQUARE(value) + *slot;
    }
    {
        int count = count;
        printf("%d", count);
    }
    struct node node = { .next = head, .value = count };
    int (*callback)(int value) = 0, table[3];
    table[0] = callback(node.value) + sizeof(struct node);
done:
    return count;
}

int main(int argc, char **argv)
{
#ifdef DEBUG
    int level = argc;
#else
    int level = 0;
#endif
    return walk(NULL, NULL, argv) + level;
}
