package baseline

import "canhcong/targets"

// Sentence says the evidence in one sentence a webmaster understands.
func (e Evidence) Sentence(lang targets.Language) string { return string(e.Signal) }

// StateWord names a state of a concern for people.
func StateWord(c Concern, state string, lang targets.Language) string { return state }
