package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// fill is how a line's misses are filled: the command that puts a value, with the indexes of its words
// that differ from key to key, and where the value comes from.
type fill struct {
	Command []string `js:"command"`
	// KeyAt is appended to, PayloadAt and FenceAt are replaced.
	KeyAt     int `js:"keyAt"`
	PayloadAt int `js:"payloadAt"`
	FenceAt   int `js:"fenceAt"`
	// PayloadHead stands before the key, a line break and the value.
	PayloadHead string `js:"payloadHead"`
	// Url is asked with the key and the size of the value.
	Url       string `js:"url"`
	TimeoutMs int64  `js:"timeoutMs"`
}

// valueBytesMax bounds a reply of the back-end.
const valueBytesMax = 16 << 20

// k6's own HTTP client tags and records each phase of every request, which costs several times the
// request and is read by nobody here.
var backend = &http.Client{
	Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true},
}

func (f *fill) check() error {
	for _, at := range []int{f.KeyAt, f.PayloadAt, f.FenceAt} {
		if at < 0 || at >= len(f.Command) {
			return fmt.Errorf("prepare: index %d, expected one of the fill's %d words", at, len(f.Command))
		}
	}
	return nil
}

// run loads the value of a missed key within the deadline and puts it behind the fence of its miss.
func (f *fill) run(client *redis.Client, key string, bytes int64, fence int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(f.TimeoutMs)*time.Millisecond)
	defer cancel()
	value, err := get(ctx, f.Url+"&key="+url.QueryEscape(key)+"&bytes="+strconv.FormatInt(bytes, 10))
	if err != nil {
		return err
	}
	words := make([]any, len(f.Command))
	for i, word := range f.Command {
		words[i] = word
	}
	words[f.KeyAt] = f.Command[f.KeyAt] + key
	words[f.PayloadAt] = f.PayloadHead + key + "\n" + value
	words[f.FenceAt] = strconv.FormatInt(fence, 10)
	// The deadline is the load's: a value that is there is put, as the cache does it.
	putting, cancelPut := context.WithTimeout(context.Background(), replyTimeout)
	defer cancelPut()
	return client.Do(putting, words...).Err()
}

func get(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := backend.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, valueBytesMax))
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the back-end answered %d", response.StatusCode)
	}
	return string(body), nil
}
