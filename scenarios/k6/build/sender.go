package main

// A sender sends requests at planned moments and leaves it to the servers to count them. Requests
// that are due at the same moment go out in one write, as pipelining clients send them.
type sender struct{ lines }

func (m *moduleInstance) openSender(url string, fillsMax int) *sender {
	return &sender{m.openLines(url, fillsMax)}
}

// Send plans lookups, one a key, for a moment of the wall clock in milliseconds since 1970, and returns
// how many of them it did not take because too much is planned already. Where there are sizes, misses
// are filled with values of these sizes. What the deny list keeps back is counted where isCounted says
// so.
func (s *sender) Send(number int, keys []string, bytes []int64, dueAtMs float64, isCounted bool) int {
	for i, key := range keys {
		one := planned{key: key, isCounted: isCounted}
		if i < len(bytes) {
			one.bytes = bytes[i]
		}
		if _, isPlanned := s.plan(number, one, dueAtMs); !isPlanned {
			return len(keys) - i
		}
	}
	return 0
}

// TakeDenied is how many counted requests of a line its deny list kept back since it was last asked.
func (s *sender) TakeDenied(number int) int64 {
	return s.all[number].deniedCount.Swap(0)
}
