package sql

type Null[T any] struct {
	V     T
	Valid bool
}

type Scanner interface {
	Scan(src any) error
}
