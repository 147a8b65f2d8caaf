package unique

type Handle[T comparable] struct{}

func (h Handle[T]) Value() T

func Make[T comparable](value T) Handle[T]
