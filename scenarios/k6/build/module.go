package main

import "go.k6.io/k6/js/modules"

// k6/x/redis makes one write, one promise and one object a command. At ten thousand requests a
// second that is more than a core, so that on a small machine the generator, not Redis, is what is
// measured. This module sends the same commands at a fraction of that cost.
func init() {
	modules.Register("k6/x/partywall", rootModule{})
}

type rootModule struct{}

func (rootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	return &moduleInstance{vu: vu}
}

type moduleInstance struct{ vu modules.VU }

func (m *moduleInstance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"openPipeline": m.openPipeline,
		"openMeter":    m.openMeter,
		"openSender":   m.openSender,
	}}
}
