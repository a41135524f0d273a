package main

import (
	"context"
	"net"
	"sync"

	"github.com/redis/go-redis/v9"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
)

// connection is a virtual user's own client; as k6 wants it, it connects at the first command.
type connection struct {
	vu      modules.VU
	options *redis.Options
	once    *sync.Once
	client  **redis.Client
}

// openConnection takes a redis:// or rediss:// URL and throws into the script where it is none.
func openConnection(vu modules.VU, url string) connection {
	options, err := redis.ParseURL(url)
	if err != nil {
		common.Throw(vu.Runtime(), err)
	}
	return connection{vu: vu, options: options, once: &sync.Once{}, client: new(*redis.Client)}
}

func (c connection) connect() (*redis.Client, error) {
	state := c.vu.State()
	if state == nil {
		return nil, common.NewInitContextError("sending commands in the init context is not supported")
	}
	c.once.Do(func() {
		if c.options.TLSConfig == nil {
			c.options.Dialer = dialFor(c.options, state.Dialer)
		}
		*c.client = redis.NewClient(c.options)
	})
	return *c.client, nil
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// dialFor takes k6's own way out, which its options limit and its metrics count; it splits every
// address into host and port, so a socket of this machine is dialled without it.
func dialFor(options *redis.Options, dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}) dial {
	if options.Network == "unix" {
		return new(net.Dialer).DialContext
	}
	return dialer.DialContext
}
