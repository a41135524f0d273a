package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/js/promises"
)

// A loader fetches values from the back-end. k6's own HTTP client tags and records each phase of
// every request, which costs several times the request and is read by nobody here.
type loader struct{ vu modules.VU }

func (m *moduleInstance) openLoader() *loader {
	return &loader{vu: m.vu}
}

// valueBytesMax bounds a reply of the back-end.
const valueBytesMax = 16 << 20

var backend = &http.Client{
	Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
}

// Get resolves with the body of a 200 reply; it rejects on any other, and where it takes too long.
func (l *loader) Get(url string, timeoutMs int64) *sobek.Promise {
	promise, resolve, reject := promises.New(l.vu)
	ctx, cancel := context.WithTimeout(l.vu.Context(), time.Duration(timeoutMs)*time.Millisecond)
	go func() {
		defer cancel()
		body, err := get(ctx, url)
		if err != nil {
			reject(err)
			return
		}
		resolve(body)
	}()
	return promise
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
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
