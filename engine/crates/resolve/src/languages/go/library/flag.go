package flag

type Value interface {
	String() string
	Set(string) error
}

type Getter interface {
	Value
	Get() any
}
