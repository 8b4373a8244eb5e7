// Package cache keeps the values that were used last.
package cache

// entry is a link of a ring that begins and ends at the root.
type entry struct {
	key, value     string
	previous, next *entry
}

// Cache holds at most limit values and forgets the one that was not used for longest.
type Cache struct {
	limit   int
	entries map[string]*entry
	root    entry
}

// New makes a cache for limit values; a limit below one keeps nothing.
func New(limit int) *Cache {
	c := &Cache{limit: limit, entries: map[string]*entry{}}
	c.root.previous = &c.root
	c.root.next = &c.root
	return c
}

// Get gives a value back and counts as its use.
func (c *Cache) Get(key string) (string, bool) {
	if found, ok := c.entries[key]; ok {
		c.toFront(found)
		return found.value, true
	} else {
		return "", false
	}
}

// Put keeps a value and reports the key that had to go for it, if one had.
func (c *Cache) Put(key, value string) (dropped string) {
	if c.limit < 1 {
		return key
	}
	if known, ok := c.entries[key]; ok {
		known.value = value
		c.toFront(known)
		return ""
	}
	if len(c.entries) >= c.limit {
		oldest := c.root.previous
		unlink(oldest)
		delete(c.entries, oldest.key)
		dropped = oldest.key
	}
	added := &entry{key: key, value: value}
	c.entries[key] = added
	c.linkFirst(added)
	return dropped
}

// Keys lists what is kept, used last first.
func (c *Cache) Keys() []string {
	var keys []string
	for e := c.root.next; e != &c.root; e = e.next {
		keys = append(keys, e.key)
	}
	return keys
}

func (c *Cache) toFront(e *entry) {
	unlink(e)
	c.linkFirst(e)
}

func (c *Cache) linkFirst(e *entry) {
	e.next = c.root.next
	e.previous = &c.root
	c.root.next.previous = e
	c.root.next = e
}

func unlink(e *entry) {
	e.previous.next = e.next
	e.next.previous = e.previous
}
