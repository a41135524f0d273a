package main

import (
	k6cmd "go.k6.io/k6/cmd"

	_ "github.com/grafana/xk6-redis"
)

func main() { k6cmd.Execute() }
