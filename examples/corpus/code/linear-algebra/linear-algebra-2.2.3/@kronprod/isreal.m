## Copyright (C) 2010  Soren Hauberg
## 
## This program is free software; you can redistribute it and/or modify
## it under the terms of the GNU General Public License as published by
## the Free Software Foundation; either version 3, or (at your option)
## any later version.
## 
## This program is distributed in the hope that it will be useful, but
## WITHOUT ANY WARRANTY; without even the implied warranty of
## MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
## General Public License for more details. 
## 
## You should have received a copy of the GNU General Public License
## along with this file.  If not, see <http://www.gnu.org/licenses/>.

## -*- texinfo -*-
## @deftypefn {Function File} isreal (@var{KP})
## Return @t{true} if the Kronecker product @var{KP} is real, i.e. has no
## imaginary components.
## @seealso{isreal, @@kronprod/iscomplex}
## @end deftypefn

function retval = isreal (KP)
  if (nargin != 1)
    print_usage ();
  endif
  
  if (!isa (KP, "kronprod"))
    error ("isreal: input argument must be of class 'kronprod'");
  endif
  
  retval = (isreal (KP.A) & isreal (KP.B));
endfunction
